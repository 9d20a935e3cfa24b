"""The recipe in plain PyTorch: what training, evaluation and files of weights are compared with.

Needs nothing but torch. Prints one JSON object per line.
"""

import argparse
import json
import struct
from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional


class Mlp(nn.Module):
    def __init__(self, hidden, trailing_relu):
        super().__init__()
        layers = [nn.Flatten(), nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10)]
        self.layer_stack = nn.Sequential(*layers, *([nn.ReLU()] if trailing_relu else []))

    def forward(self, images):
        return self.layer_stack(images)


class Cnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=3, padding=1)
        self.batch_norm1 = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3, padding=1)
        self.batch_norm2 = nn.BatchNorm2d(64)
        self.fc1 = nn.Linear(64 * 7 * 7, 128)
        self.dropout = nn.Dropout(0.0)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, images):
        planes = functional.max_pool2d(functional.relu(self.batch_norm1(self.conv1(images))), 2)
        planes = functional.max_pool2d(functional.relu(self.batch_norm2(self.conv2(planes))), 2)
        hidden = functional.relu(self.fc1(torch.flatten(planes, 1)))
        return self.fc2(self.dropout(hidden))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, kernel_size=3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, kernel_size=3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        if inputs != outputs or stride != 1:
            self.shortcut = nn.Conv2d(inputs, outputs, kernel_size=1, stride=stride, bias=False)

    def forward(self, planes):
        inner = self.norm2(self.conv2(functional.relu(self.norm1(self.conv1(planes)))))
        return functional.relu(inner + (self.shortcut(planes) if hasattr(self, "shortcut") else planes))


class Residual(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.conv = nn.Conv2d(1, width, kernel_size=3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.block1 = Block(width, width, 1)
        self.block2 = Block(width, 2 * width, 2)
        self.block3 = Block(2 * width, 4 * width, 2)
        self.dropout = nn.Dropout(0.0)
        self.fc = nn.Linear(4 * width, 10)

    def forward(self, images):
        planes = functional.relu(self.norm(self.conv(images)))
        planes = self.block3(self.block2(self.block1(planes)))
        return self.fc(self.dropout(planes.mean([2, 3])))


TYPES = {"F32": torch.float32, "I64": torch.int64}
TYPE_NAMES = {torch.float32: "F32", torch.int64: "I64"}


def create_model(options):
    if options.model == "resnet":
        return Residual()
    return Cnn() if options.model == "cnn" else Mlp(options.hidden, trailing_relu=options.model == "mlp")


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        header.pop("__metadata__", None)
        data = bytearray(file.read())
    tensors = OrderedDict()
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data[begin:end], dtype=TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"]).clone()
    return tensors


def write_safetensors(path, tensors):
    header, chunks, offset = {}, [], 0
    for name, tensor in tensors.items():
        chunk = bytes(tensor.contiguous().reshape(-1).view(torch.uint8).tolist())
        header[name] = {
            "dtype": TYPE_NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + len(chunk)],
        }
        chunks.append(chunk)
        offset += len(chunk)
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def read_idx(path):
    with open(path, "rb") as file:
        content = bytearray(file.read())
    dimensions = struct.unpack(f">{content[3]}I", content[4:4 + 4 * content[3]])
    return torch.frombuffer(content[4 + 4 * content[3]:], dtype=torch.uint8).reshape(dimensions)


def read_split(folder, name):
    """What ToTensor and Normalize((0.5,), (0.5,)) make of the images, and the labels."""
    images = read_idx(f"{folder}/{name}-images-idx3-ubyte").unsqueeze(1).to(torch.float32).div(255)
    return images.sub(0.5).div(0.5), read_idx(f"{folder}/{name}-labels-idx1-ubyte").to(torch.int64)


def batches(images, labels, size):
    return list(zip(images.split(size), labels.split(size)))


def train(options, model):
    images, labels = read_split(options.data, "train")
    epoch = batches(images[:options.samples], labels[:options.samples], options.batch_size)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=options.lr, momentum=options.momentum, weight_decay=options.weight_decay)
    model.train()
    for step in range(options.steps):
        if step % options.resume_every == 0:
            model.load_state_dict(read_safetensors(f"{options.states}/{step}.safetensors"), strict=True)
        images, labels = epoch[step % len(epoch)]
        optimizer.zero_grad()
        loss = functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        print(json.dumps({"step": step, "loss": loss.item()}))


def evaluate(options, model):
    test = batches(*read_split(options.data, "t10k"), options.batch_size)
    loss, correct, samples = 0.0, 0, 0
    model.eval()
    with torch.no_grad():
        for images, labels in test:
            outputs = model(images)
            loss += functional.cross_entropy(outputs, labels).item()
            correct += (outputs.argmax(1) == labels).sum().item()
            samples += len(labels)
    print(json.dumps({"test_loss": loss / len(test), "correct": correct, "samples": samples}))


def describe(model):
    for name, tensor in model.state_dict().items():
        print(json.dumps({"name": name, "dtype": TYPE_NAMES[tensor.dtype], "shape": list(tensor.shape)}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["train", "describe"])
    parser.add_argument("--model", required=True)
    parser.add_argument("--hidden", type=int, default=100)
    parser.add_argument("--data")
    parser.add_argument("--states", help="folder with 0.safetensors, the weights at step 0, and so on")
    parser.add_argument("--resume-every", type=int, help="steps after which weights are read from that folder again")
    parser.add_argument("--result")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--batch-size", type=int, default=30)
    parser.add_argument("--lr", type=float)
    parser.add_argument("--momentum", type=float)
    parser.add_argument("--weight-decay", type=float)
    options = parser.parse_args()

    torch.set_num_threads(1)
    model = create_model(options)
    if options.command == "describe":
        describe(model)
        return

    train(options, model)
    evaluate(options, model)
    write_safetensors(options.result, model.state_dict())


if __name__ == "__main__":
    main()

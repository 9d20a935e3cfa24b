"""The recipe in plain PyTorch: what training, evaluation and files of weights are compared with.

Needs nothing but torch. Reads commands as lines of JSON, and prints one JSON object per line.
"""

import argparse
import json
import math
import pathlib
import struct
import sys
from collections import OrderedDict

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import losses
import nets


TYPES = {"F32": torch.float32, "I64": torch.int64}
TYPE_NAMES = {torch.float32: "F32", torch.int64: "I64"}


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


def read_targets(folder, name):
    """The drawn targets of a task; None if labels are the targets."""
    path = pathlib.Path(folder) / f"{name}-targets.safetensors"
    return read_safetensors(path)["targets"] if path.exists() else None


def batches(folder, name, size, samples=None):
    """Images, labels and drawn targets of each batch. A sample may have several images."""
    images, labels = read_split(folder, name)
    images, labels, targets = images[:samples], labels[:samples], read_targets(folder, name)
    parts = targets.split(size) if targets is not None else [None] * math.ceil(len(images) / size)
    return list(zip(images.split(size), labels.split(size), parts))


def create_optimizer(plan, model):
    settings, rate = plan["optimizer_settings"], plan["learning_rate"]
    parameters = model.parameters()
    if plan["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, lr=rate, **settings)
    if plan["optimizer"] == "rmsprop":
        settings["eps"] = settings.pop("epsilon")
        return torch.optim.RMSprop(parameters, lr=rate, **settings)
    if plan["optimizer"] == "adagrad":
        return torch.optim.Adagrad(parameters, lr=rate, eps=settings["epsilon"], weight_decay=settings["weight_decay"])
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[plan["optimizer"]]
    return kind(
        parameters, lr=rate, betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"], weight_decay=settings["weight_decay"])


def create_schedulers(plan, optimizer):
    """Schedulers, each with the number of steps after which it is stepped."""
    kinds = torch.optim.lr_scheduler
    name, settings, warmup, epoch = plan["schedule"], plan["schedule_settings"], plan["warmup_steps"], plan["steps_per_epoch"]
    steps = plan["total_steps"] - warmup
    if name == "constant":
        main, every = kinds.LambdaLR(optimizer, lambda step: 1), 1
    elif name == "step":
        main, every = kinds.StepLR(optimizer, settings["step_size"], settings["gamma"]), epoch
    elif name == "multi-step":
        milestones = [int(text) for text in str(settings["milestones"]).split(",")]
        main, every = kinds.MultiStepLR(optimizer, milestones, settings["gamma"]), epoch
    elif name == "exponential":
        main, every = kinds.ExponentialLR(optimizer, settings["gamma"] ** (1 / epoch)), 1
    elif name == "cosine":
        main, every = kinds.CosineAnnealingLR(optimizer, steps, settings["min_lr"]), 1
    elif name == "one-cycle":
        main, every = kinds.OneCycleLR(optimizer, plan["learning_rate"], total_steps=steps, cycle_momentum=False, **settings), 1
    else:
        main, every = kinds.PolynomialLR(optimizer, steps, settings["power"]), 1
    if warmup == 0:
        return [(main, every)]

    linear = kinds.LinearLR(optimizer, start_factor=1 / (warmup + 1), total_iters=warmup)
    if name in ("step", "multi-step"):
        return [(linear, 1), (main, every)]

    return [(kinds.SequentialLR(optimizer, [linear, main], [warmup]), 1)]


def create_average(plan, model):
    """The average, which begins with the weights of the model."""
    decay = plan["ema"]
    if decay is None:
        return None
    average = torch.optim.swa_utils.AveragedModel(model, avg_fn=lambda old, new, count: decay * old + (1 - decay) * new)
    average.update_parameters(model)
    return average


def train(options, model):
    """Returns the model to evaluate."""
    epoch = batches(options.data, "train", options.batch_size, options.samples)
    plan = json.loads(options.plan)
    optimizer = create_optimizer(plan, model)
    schedulers = create_schedulers(plan, optimizer)
    averaged = None
    model.train()
    for step in range(options.steps):
        if step % options.resume_every == 0:
            model.load_state_dict(read_safetensors(f"{options.states}/{step}.safetensors"), strict=True)
            averaged = create_average(plan, model)
        images, labels, targets = epoch[step % len(epoch)]
        optimizer.zero_grad()
        loss = losses.loss_sum(plan, model(images), labels, targets) / len(images)
        loss.backward()
        if plan["clip_value"] is not None:
            nn.utils.clip_grad_value_(model.parameters(), plan["clip_value"])
        if plan["clip_norm"] is not None:
            nn.utils.clip_grad_norm_(model.parameters(), plan["clip_norm"])
        rate = optimizer.param_groups[0]["lr"]
        optimizer.step()
        for scheduler, every in schedulers:
            if (step + 1) % every == 0:
                scheduler.step()
        if averaged is not None:
            averaged.update_parameters(model)
            # PyTorch 2 copies buffers by itself.
            for copy, buffer in zip(averaged.module.buffers(), model.buffers()):
                copy.copy_(buffer)
        print(json.dumps({"step": step, "loss": loss.item(), "rate": rate}))
    return model if averaged is None else averaged.module


def evaluate(options, model):
    test = batches(options.data, "t10k", options.batch_size)
    plan = json.loads(options.plan)
    loss, correct, samples = 0.0, 0, 0
    model.eval()
    with torch.no_grad():
        for images, labels, targets in test:
            outputs = model(images)
            loss += losses.loss_sum(plan, outputs, labels, targets).item() / len(images)
            correct += (outputs.argmax(1) == labels).sum().item()
            samples += len(labels)
    print(json.dumps({"test_loss": loss / len(test), "correct": correct, "samples": samples}))


def describe(model):
    for name, tensor in model.state_dict().items():
        print(json.dumps({"name": name, "dtype": TYPE_NAMES[tensor.dtype], "shape": list(tensor.shape)}))


def run(arguments):
    if arguments[0] == "losses":
        for case in arguments[1:]:
            print(json.dumps(losses.judge(json.loads(case))))
        return

    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["train", "describe"])
    parser.add_argument("--model", required=True)
    parser.add_argument("--hidden", type=int, default=100)
    parser.add_argument("--outputs", type=int, default=10)
    parser.add_argument("--data")
    parser.add_argument("--states", help="folder with 0.safetensors, the weights at step 0, and so on")
    parser.add_argument("--resume-every", type=int, help="steps after which weights are read from that folder again")
    parser.add_argument("--result")
    parser.add_argument("--samples", type=int)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--batch-size", type=int, default=30)
    parser.add_argument("--plan", help="the plan as JSON")
    options = parser.parse_args(arguments)

    model = nets.create(options.model, options.hidden, options.outputs)
    if options.command == "describe":
        describe(model)
        return

    model = train(options, model)
    evaluate(options, model)
    write_safetensors(options.result, model.state_dict())


def main():
    """Runs commands, one line of JSON each, until the input ends. Importing torch takes seconds."""
    torch.set_num_threads(1)
    for line in sys.stdin:
        run(json.loads(line))
        print("done", flush=True)


if __name__ == "__main__":
    main()

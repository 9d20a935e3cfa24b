"""The loop people write in PyTorch: one process, or several with DistributedDataParallel over gloo.

Prints a JSON line an epoch. Arguments: model, folder with MNIST's four files, images an epoch, epochs, processes.
"""

import gzip
import json
import os
import socket
import sys
import time

import torch
import torch.distributed
import torch.multiprocessing
from torch import nn

BATCH = 30


def read(folder, name, header):
    path = os.path.join(folder, name)
    opened = gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb")
    with opened as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8)


def network(model):
    if model == "mlp":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10), nn.ReLU())
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def train(rank, ranks, port, model, folder, count, epochs):
    torch.set_num_threads(1)
    images = read(folder, "train-images-idx3-ubyte", 16).view(-1, 1, 28, 28)[:count].float().div(255).sub(0.5).div(0.5)
    labels = read(folder, "train-labels-idx1-ubyte", 8)[:count].long()
    net = network(model)
    if ranks > 1:
        torch.distributed.init_process_group("gloo", f"tcp://127.0.0.1:{port}", rank=rank, world_size=ranks)
        net = nn.parallel.DistributedDataParallel(net)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    cross_entropy = nn.CrossEntropyLoss()
    for _ in range(epochs):
        started = time.perf_counter()
        order = torch.randperm(count)[rank::ranks]
        loss_sum, correct = 0.0, 0
        for start in range(0, len(order), BATCH):
            batch = order[start:start + BATCH]
            x, y = images[batch], labels[batch]
            outputs = net(x)
            loss = cross_entropy(outputs, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss_sum += loss.item()
            correct += (outputs.argmax(1) == y).sum().item()
        if rank == 0:
            seconds = time.perf_counter() - started
            print(json.dumps({"event": "epoch", "images_per_second": count / seconds, "loss": loss_sum * BATCH * ranks / count}), flush=True)


if __name__ == "__main__":
    processes = int(sys.argv[5])
    arguments = (processes, free_port(), sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    if processes == 1:
        train(0, *arguments)
    else:
        torch.multiprocessing.spawn(train, arguments, processes)

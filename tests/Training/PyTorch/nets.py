"""The project's nets in plain PyTorch."""

import torch
from torch import nn
from torch.nn import functional


class Mlp(nn.Module):
    def __init__(self, hidden, outputs, trailing_relu, activation=nn.ReLU):
        super().__init__()
        layers = [nn.Flatten(), nn.Linear(784, hidden), activation(), nn.Linear(hidden, outputs)]
        self.layer_stack = nn.Sequential(*layers, *([nn.ReLU()] if trailing_relu else []))

    def forward(self, images):
        return self.layer_stack(images)


class Cnn(nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, kernel_size=3, padding=1)
        self.batch_norm1 = nn.BatchNorm2d(32)
        self.conv2 = nn.Conv2d(32, 64, kernel_size=3, padding=1)
        self.batch_norm2 = nn.BatchNorm2d(64)
        self.fc1 = nn.Linear(64 * 7 * 7, 128)
        self.dropout = nn.Dropout(0.0)
        self.fc2 = nn.Linear(128, outputs)

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


def halved(norm, conv, planes):
    return functional.max_pool2d(functional.relu(norm(conv(planes))), 2)


class Ink(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder1 = nn.Conv2d(1, 16, kernel_size=3, padding=1)
        self.norm1 = nn.BatchNorm2d(16)
        self.encoder2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.norm2 = nn.BatchNorm2d(32)
        self.bottom = nn.Conv2d(32, 32, kernel_size=3, padding=1)
        self.norm3 = nn.BatchNorm2d(32)
        self.decoder = nn.Conv2d(48, 16, kernel_size=3, padding=1)
        self.norm4 = nn.BatchNorm2d(16)
        self.head = nn.Conv2d(16, 1, kernel_size=1)

    def forward(self, images):
        full = functional.relu(self.norm1(self.encoder1(images)))
        half = functional.relu(self.norm2(self.encoder2(functional.max_pool2d(full, 2))))
        half = functional.relu(self.norm3(self.bottom(half)))
        planes = torch.cat([functional.interpolate(half, images.shape[2:]), full], 1)
        return self.head(functional.relu(self.norm4(self.decoder(planes)))).flatten(1)


class Box(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=3, padding=1)
        self.norm1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.norm2 = nn.BatchNorm2d(32)
        self.conv3 = nn.Conv2d(32, 32, kernel_size=3, padding=1)
        self.norm3 = nn.BatchNorm2d(32)
        self.fc1 = nn.Linear(32 * 7 * 7, 128)
        self.fc2 = nn.Linear(128, 4)

    def forward(self, images):
        planes = halved(self.norm2, self.conv2, halved(self.norm1, self.conv1, images))
        planes = halved(self.norm3, self.conv3, planes)
        return self.fc2(functional.relu(self.fc1(planes.flatten(1))))


class Reader(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=3, padding=1)
        self.norm1 = nn.BatchNorm2d(16)
        self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)
        self.norm2 = nn.BatchNorm2d(32)
        self.height = nn.Conv2d(32, 96, kernel_size=(7, 5), padding=(0, 2))
        self.norm3 = nn.BatchNorm2d(96)
        self.head = nn.Conv2d(96, classes + 1, kernel_size=(1, 5), padding=(0, 2))

    def forward(self, images):
        planes = halved(self.norm2, self.conv2, halved(self.norm1, self.conv1, images))
        planes = functional.relu(self.norm3(self.height(planes)))
        return self.head(planes).squeeze(2).transpose(1, 2).flatten(1)


def create(model, hidden, outputs):
    """The net that has a name on the command line."""
    made = {
        "resnet": Residual,
        "inknet": Ink,
        "boxnet": Box,
        "reader": lambda: Reader(classes=10),
        "mlp-tanh": lambda: Mlp(hidden, outputs, trailing_relu=False, activation=nn.Tanh),
        "mlp": lambda: Mlp(hidden, outputs, trailing_relu=True),
        "mlp-logits": lambda: Mlp(hidden, outputs, trailing_relu=False),
        "cnn": lambda: Cnn(outputs),
    }
    return made[model.replace("-module", "")]()

"""The fifteen losses in plain PyTorch: sums over the samples of a batch."""

import math

import torch
from torch.nn import functional


def one_hot(labels, classes, outputs):
    return functional.one_hot(labels, classes).to(outputs.dtype)


def smoothed(labels, classes, outputs, smoothing):
    return one_hot(labels, classes, outputs) * (1 - smoothing) + smoothing / classes


def regression(kind, outputs, targets, delta):
    if kind == "mse":
        return functional.mse_loss(outputs, targets, reduction="sum") / outputs.shape[1]
    if kind == "mae":
        return functional.l1_loss(outputs, targets, reduction="sum") / outputs.shape[1]
    return functional.huber_loss(outputs, targets, reduction="sum", delta=delta) / outputs.shape[1]


def digits(kind, settings, outputs, labels, targets):
    classes = outputs.shape[1]
    if kind in ("mse", "huber"):
        return regression(kind, outputs, one_hot(labels, classes, outputs), settings.get("delta"))
    if kind == "mae":
        return regression(kind, outputs.softmax(1), one_hot(labels, classes, outputs), None)
    if kind in ("cross-entropy", "sparse-categorical-cross-entropy"):
        return functional.cross_entropy(outputs, labels, reduction="sum")
    if kind == "nll":
        return functional.nll_loss(outputs.log_softmax(1), labels, reduction="sum")
    if kind == "categorical-cross-entropy":
        return functional.cross_entropy(outputs, smoothed(labels, classes, outputs, settings["label_smoothing"]), reduction="sum")
    if kind == "kl-divergence" and targets is not None:
        temperature = settings["temperature"]
        taught = functional.kl_div((outputs / temperature).log_softmax(1), (targets / temperature).softmax(1), reduction="sum")
        return temperature ** 2 * taught
    if kind == "kl-divergence":
        return functional.kl_div(outputs.log_softmax(1), smoothed(labels, classes, outputs, settings["label_smoothing"]), reduction="sum")
    if kind == "binary-cross-entropy":
        return functional.binary_cross_entropy_with_logits(outputs, one_hot(labels, classes, outputs), reduction="sum") / classes
    if kind == "hinge":
        return functional.multi_margin_loss(outputs, labels, p=2 if settings["squared"] else 1, reduction="sum")
    return (1 - functional.cosine_similarity(outputs, one_hot(labels, classes, outputs), dim=1)).sum()


def binary(kind, settings, outputs, answers):
    outputs = outputs[:, 0]
    if kind == "binary-cross-entropy":
        return functional.binary_cross_entropy_with_logits(outputs, answers.to(outputs.dtype), reduction="sum")
    missing = torch.clamp(1 - (2 * answers.to(outputs.dtype) - 1) * outputs, min=0)
    return (missing ** 2 if settings["squared"] else missing).sum()


def ink(kind, outputs, masks):
    found = outputs.sigmoid()
    both, total = (found * masks).sum(1), found.sum(1) + masks.sum(1)
    overlap = (2 * both + 1) / (total + 1) if kind == "dice" else (both + 1) / (total - both + 1)
    return (1 - overlap).sum()


def corners(boxes):
    x, y, width, height = boxes.unbind(1)
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def boxes(kind, settings, outputs, targets):
    """IoU, GIoU and DIoU as torchvision.ops computes them."""
    found = outputs.sigmoid()
    if kind != "iou":
        return regression(kind, found, targets, settings.get("delta"))
    eps = 1e-7
    x1, y1, x2, y2 = corners(found)
    a1, b1, a2, b2 = corners(targets)
    width, height = torch.min(x2, a2) - torch.max(x1, a1), torch.min(y2, b2) - torch.max(y1, b1)
    overlaps = (width > 0) & (height > 0)
    both = torch.where(overlaps, width * height, torch.zeros_like(width))
    union = (x2 - x1) * (y2 - y1) + (a2 - a1) * (b2 - b1) - both
    iou = both / (union + eps)
    around_x, around_y = torch.max(x2, a2) - torch.min(x1, a1), torch.max(y2, b2) - torch.min(y1, b1)
    if settings["iou_variant"] == "giou":
        around = around_x * around_y
        return (1 - (iou - (around - union) / (around + eps))).sum()
    if settings["iou_variant"] == "diou":
        diagonal = around_x ** 2 + around_y ** 2 + eps
        distance = ((x1 + x2 - a1 - a2) / 2) ** 2 + ((y1 + y2 - b1 - b2) / 2) ** 2
        return (1 - iou + distance / diagonal).sum()
    return (1 - iou).sum()


def hardest(distances, labels):
    """The farthest positive and the nearest negative of each image that has both."""
    for anchor in range(len(labels)):
        same = labels == labels[anchor]
        others = same.clone()
        others[anchor] = False
        if others.any() and (~same).any():
            positive = torch.where(others, distances[anchor], torch.full_like(distances[anchor], -math.inf)).argmax()
            negative = torch.where(same, torch.full_like(distances[anchor], math.inf), distances[anchor]).argmin()
            yield anchor, positive.item(), negative.item()


def semi_hard(distances, labels):
    """The next positive and the nearest negative beyond it, else the farthest negative."""
    images = range(len(labels))
    for anchor in images:
        following = [(anchor + step) % len(labels) for step in images[1:]]
        positives = [other for other in following if labels[other] == labels[anchor]]
        negatives = [(distances[anchor][other].item(), other) for other in images if labels[other] != labels[anchor]]
        if positives and negatives:
            beyond = [entry for entry in negatives if entry[0] > distances[anchor][positives[0]].item()]
            _, negative = min(beyond) if beyond else max(negatives)
            yield anchor, positives[0], negative


def embedding(kind, settings, outputs, labels):
    if kind == "triplet" and settings["mining"] != "random":
        mine = {"semi-hard": semi_hard, "batch-hard": hardest}[settings["mining"]]
        triplets = list(mine(torch.cdist(outputs.detach(), outputs.detach()), labels))
        a, p, n = (outputs[list(indexes)] for indexes in zip(*triplets))
        return functional.triplet_margin_loss(a, p, n, margin=settings["margin"], reduction="sum")
    a, p, n = outputs[0::3], outputs[1::3], outputs[2::3]
    if kind == "triplet":
        # A triplet counts once for each of its images.
        return 3 * functional.triplet_margin_loss(a, p, n, margin=settings["margin"], reduction="sum")
    same = torch.ones(len(a), dtype=outputs.dtype)
    return 3 * (functional.cosine_embedding_loss(a, p, same, reduction="sum") + functional.cosine_embedding_loss(a, n, -same, reduction="sum"))


def strings(outputs, targets, classes=10):
    columns = outputs.reshape(len(outputs), -1, classes + 1).log_softmax(2).transpose(0, 1)
    lengths = targets[:, 0].to(torch.int64)
    labels = torch.cat([row[1:1 + length] for row, length in zip(targets, lengths)]).to(torch.int64)
    inputs = torch.full((len(outputs),), columns.shape[0], dtype=torch.int64)
    return functional.ctc_loss(columns, labels, inputs, lengths, blank=classes, reduction="sum")


def loss_sum(plan, outputs, labels, targets):
    """The loss of a batch, summed over its images.

    plan: task and loss with their settings
    outputs: images x outputs
    labels: one for each image
    targets: samples x numbers, or None
    """
    task, kind, settings = plan["task"], plan["loss"], plan["loss_settings"]
    if task == "digits":
        return digits(kind, settings, outputs, labels, targets)
    if task == "even-odd":
        return binary(kind, settings, outputs, labels % 2 == 1)
    if task == "one-vs-rest":
        return binary(kind, settings, outputs, labels == plan["task_settings"]["class"])
    if task == "ink":
        return ink(kind, outputs, targets)
    if task == "boxes":
        return boxes(kind, settings, outputs, targets)
    if task == "embedding":
        return embedding(kind, settings, outputs, labels)
    return strings(outputs, targets)


def judge(case):
    """Loss and derivatives of a case, in double precision."""
    outputs = torch.tensor(case["outputs"], dtype=torch.float64, requires_grad=True)
    targets = torch.tensor(case["targets"], dtype=torch.float64) if case["targets"] else None
    loss = loss_sum(case["plan"], outputs, torch.tensor(case["labels"]), targets)
    loss.backward()
    return {"loss": loss.item(), "by_outputs": outputs.grad.flatten().tolist()}

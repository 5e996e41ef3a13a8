from statistics import mean, stdev

from mnist_cnn.dataset.facts import DATASET
from mnist_cnn.judging.ledger import load_ledger

output = {}  # mean and standard deviation of the misread test digits, over the seeds
for group in load_ledger().get("groups", []):
    if group["recipe"] == "default" and group["training_images"] == DATASET.learned:
        errors = [run["errors"] for run in group["runs"]]
        if len(errors) > 1:
            output[group["model"]] = round(mean(errors), 1), round(stdev(errors), 1)
print(output)

from scipy.stats import binom

from mnist_cnn.judging.metrics import load_metrics

models = load_metrics()["models"]
conv, aug = (set(models[key]["test"]["errors"]) for key in ("conv", "aug"))
only_conv, only_aug = len(conv - aug), len(aug - conv)
# A fair coin, tossed for each digit that only one of the two misreads:
p = min(1, 2 * binom.cdf(min(only_conv, only_aug), only_conv + only_aug, 0.5))
output = only_conv, only_aug, p
print(output)

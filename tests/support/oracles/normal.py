"""The normal distribution, as the standard library gives it."""

import math


def normal_below(value):
    return 0.5 * math.erfc(-value / math.sqrt(2))

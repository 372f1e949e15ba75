# %% [markdown]
# # 2. The likelihood is not a density
#
# **The question.** Three of ten candies were blue. The curve of the likelihood is high near 0.3 and low at 0.7. May we read
# from it how *probable* a share of 0.3 is?

# %%
import matplotlib
import numpy as np

import handful as hf
from handful import course

print(course.start("teal-otter"))

# %% [markdown]
# ## One formula, two ways to read it
#
# The binomial formula has three letters, $n$, $k$ and $q$. In lesson 1 the share $q$ was fixed and the outcome $k$ was open: a
# *distribution* over eleven outcomes. Now $k = 3$ is fixed, and $q$ is open:
#
# $$L(q) = \binom{10}{3} q^3 (1-q)^7, \qquad 0 \le q \le 1.$$
#
# The formula is the same. What it is, is not.

# %% [markdown]
# ### Exercise 02.1
# How high is the likelihood of three blues in ten at $q = 0.2$?

# %%
# exercise 02.1
# blank: height
### BEGIN SOLUTION
from math import comb

height = comb(10, 3) * 0.2**3 * 0.8**7
### END SOLUTION
height

# %%
course.check("02.1", height)

# %% [markdown]
# <details><summary>Hint</summary>
#
# It is the very number that lesson 1 had for three blues at a share of 0.2.
#
# </details>

# %% [markdown]
# ## The area under the curve
#
# Whatever is a density over $q$ has area 1: something must be true. Cut the interval from 0 to 1 into many thin strips, and add up
# height times width.

# %% [markdown]
# ### Exercise 02.2
# What is the area under the likelihood of three blues in ten? A thousand strips will do.

# %%
# exercise 02.2
# blank: area
### BEGIN SOLUTION
middles = (np.arange(1000) + 0.5) / 1000
area = round(float((comb(10, 3) * middles**3 * (1 - middles) ** 7).sum() / 1000), 6)
### END SOLUTION
area

# %%
course.check("02.2", area)

# %% [markdown]
# <details><summary>Hint</summary>
#
# The middles of a thousand strips are <code>(np.arange(1000) + 0.5) / 1000</code>; each strip is 1/1000 wide.
#
# </details>

# %% [markdown]
# Not 1. The same for other outcomes:

# %%
axes = matplotlib.figure.Figure(figsize=(6.4, 3.8), layout="constrained").add_subplot()
share = np.linspace(0, 1, 401)
for k, dash in ((0, "-"), (1, (0, (5, 1.5))), (3, (0, (1.2, 1.2))), (6, "-."), (10, (0, (6, 1.5, 1.2, 1.5)))):
    curve = np.exp(
        [hf.Multinomial(10, [q, 1 - q]).log_prob([k, 10 - k]) for q in np.clip(share, 1e-12, 1 - 1e-12)]
    )
    strip_area = float(np.trapezoid(curve, share))
    axes.plot(share, curve, color="#1a1a1a", linestyle=dash, label=f"k = {k}: area {strip_area:.4f}")
    axes.text(np.clip(k / 10, 0.04, 0.9), curve.max() + 0.02, f"k = {k}")
axes.set_xlabel("share q of blue")
axes.set_ylabel("likelihood L(q)")
axes.set_ylim(0, 1.1)
axes.legend(frameon=False)
course.show(
    axes,
    alt="Likelihoods of 0, 1, 3, 6 and 10 blues in ten over the share q. Their peaks lie at k over 10 and have different "
    "heights, but the area under each of them is 0.0909, one eleventh.",
)

# %% [markdown]
# ### Exercise 02.3
# All of these areas are the same. Write the function `area_of(k, n)` that gives the area for any $k$ and $n$.


# %%
# exercise 02.3
# blank: area_of
### BEGIN SOLUTION
def area_of(k, n):
    return 1 / (n + 1)


### END SOLUTION

# %%
course.check("02.3", area_of)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Try k = 0 by hand: the area under (1 − q)ⁿ. Then believe your strips that k does not matter.
#
# </details>

# %% [markdown]
# Why is that so? Think of $n + 1$ random numbers between 0 and 1, and call one of them $q$. The number of the other $n$ that lie
# below it is as likely 0 as 1 as ... as $n$, since all orders are alike: $1/(n+1)$ each. But given $q$, that number is binomial: each of the $n$
# lies below $q$ with probability $q$. So the binomial's mean over all $q$ from 0 to 1, which is the area under it, is $1/(n+1)$. That is how Thomas
# Bayes found it, with balls on a table.
#
# ## And the other way round
#
# At a fixed $q$ the heights over $k$ do sum to 1: then it *is* a distribution, of $k$.

# %% [markdown]
# ### Exercise 02.4
# Add up the probabilities of all outcomes $k = 0, \dots, 10$ at $q = 0.2$.

# %%
# exercise 02.4
# blank: total
### BEGIN SOLUTION
total = round(
    sum(comb(10, k) * 0.2**k * 0.8 ** (10 - k) for k in range(11)), 12
)  # the last digits are the computer's own
### END SOLUTION
total

# %%
course.check("02.4", total)

# %% [markdown]
# <details><summary>Hint</summary>
#
# <code>range(11)</code> goes from 0 to 10.
#
# </details>

# %% [markdown]
# ## What is missing
#
# So the likelihood says how well each share foretells what was seen, and *only ratios of it* mean anything:

# %%
one, other = (hf.Multinomial(10, [q, 1 - q]).log_prob([3, 7]) for q in (0.3, 0.2))
print(f"0.3 foretells three blues {np.exp(one - other):.2f} times as well as 0.2.")

# %% [markdown]
# To make a probability of a share out of it, two things are missing: what was thought of the shares before
# (the *prior*, lesson 4), and a division by the area under the product (the *evidence*, lesson 5). Here is what comes out if every share
# was as good as any other: the likelihood times $n + 1$, which has area 1 at last.

# %%
course.show(hf.plot_update(hf.Beta(1, 1), successes=3, trials=10, category="blue"))

# %% [markdown]
# ## A real bag
#
# Ten candies leave nearly everything open. The first of the three bags of 2019 (lesson 1) is much larger. The rule for the area is the same, and the curve
# is narrower: more candies, fewer shares that would have foretold them well.

# %%
k, others = (int(number) for number in hf.read_counts("data:mms-2019").collapse("blue").table[0])
print(
    f"{k} of {k + others} are blue; the area under this likelihood is 1/{k + others + 1} = {1 / (k + others + 1):.4f}."
)
course.show(hf.plot_likelihood(k, k + others))

# %% [markdown]
# ## To discuss
# 1. "The likelihood of 0.3 is 0.27, so the share is 0.3 with probability 27 %." What is wrong with it?
# 2. If $q$ is measured in percent, from 0 to 100, what becomes of the area? And of the ratio of two likelihoods?
# 3. A court hears: "such a stain is found with one innocent man in a million". Of what is this a likelihood?
# 4. Where would the area be 1 by itself?

# %% [markdown] tags=["instructor"]
# **For the teacher.** (1) 0.27 is p(3 | 0.3), a probability of the outcome; a single share has probability 0 under any density.
# (2) The area becomes 100/(n+1); the ratio stays: what depends on the unit is no probability. (3) Of the innocence: p(stain | innocent);
# taking it for p(innocent | stain) is the prosecutor's fallacy (Thompson & Schumann 1987). (4) For n = 0: nothing seen, L = 1.

# %% [markdown]
# ## References
# - Thomas Bayes (1763), An essay towards solving a problem in the doctrine of chances, *Philosophical Transactions* 53:370.
# - Anthony W. F. Edwards (1972), *Likelihood*, Cambridge University Press.
# - Daniela Huppenkothen (2019), the bags: see the source that `handful datasets` names.
# - William C. Thompson & Edward L. Schumann (1987), Interpretation of statistical evidence in criminal trials, *Law and Human Behavior* 11:167.

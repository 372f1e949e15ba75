# %% [markdown]
# # 4. Priors: what you thought before
#
# **The question.** You have not opened a bag yet. What do you think of the share of blue? Not as one number, but as a curve: how much more do you
# believe in 0.2 than in 0.6?

# %%
import numpy as np
from scipy import stats

import handful as hf
from handful import course

print(course.start("teal-otter"))

# %% [markdown]
# ## A density over the share
#
# A *prior* is a density over $q$ from 0 to 1: never negative, with area 1. Its height is no probability (it may be above 1); areas are. The simplest of
# all gives every share the same height.

# %% [markdown]
# ### Exercise 04.1
# Somebody is sure that at least half of all candies are blue, and holds all shares from 0.5 to 1 for equally likely. How high is that density between
# 0.5 and 1?

# %%
# exercise 04.1
# blank: height
### BEGIN SOLUTION
height = 1 / (1 - 0.5)
### END SOLUTION
height

# %%
course.check("04.1", height)

# %% [markdown]
# <details><summary>Hint</summary>
#
# The area of a rectangle is width times height, and it has to be 1.
#
# </details>

# %% [markdown]
# Such a prior is obstinate: to a share below 0.5 it gives probability 0, and no bag will ever change that. Think twice before you are sure.
#
# ## A bell that is cut off
#
# Many people think of a bell: about 0.2, give or take 0.1. But the bell of the normal distribution goes on below 0, where no share can be. What lies outside
# must be cut off, and what is left scaled up until its area is 1 again:
#
# $$p(q \mid \mu, \sigma) = \frac{1}{Z}\,\frac{1}{\sigma\sqrt{2\pi}}\,e^{-\frac{1}{2}\left(\frac{q-\mu}{\sigma}\right)^2} \quad (0 \le q \le 1), \qquad
# Z = \Phi\!\left(\tfrac{1-\mu}{\sigma}\right) - \Phi\!\left(\tfrac{0-\mu}{\sigma}\right).$$

# %% [markdown]
# ### Exercise 04.2
# Write this density as the function `truncated_normal(q, mu, sigma)`; it is 0 outside of 0 to 1. (`stats.norm.pdf(q, mu, sigma)` and `stats.norm.cdf` are at hand.)


# %%
# exercise 04.2
# blank: truncated_normal
### BEGIN SOLUTION
def truncated_normal(q, mu, sigma):
    if not 0 <= q <= 1:
        return 0.0
    inside = stats.norm.cdf(1, mu, sigma) - stats.norm.cdf(0, mu, sigma)
    return float(stats.norm.pdf(q, mu, sigma) / inside)


### END SOLUTION

# %%
course.check("04.2", truncated_normal)

# %% [markdown]
# <details><summary>Hint</summary>
#
# How much of the bell lies between 0 and 1? The difference of two values of the distribution function. Divide the density by it.
#
# </details>

# %%
if course.done(truncated_normal):
    middles = (np.arange(2000) + 0.5) / 2000
    print("The area:", round(sum(truncated_normal(q, 0.2, 0.1) for q in middles) / 2000, 4))
else:
    print("waits for exercise 04.2")

# %% [markdown]
# ## The Beta: as if you had counted
#
# There is a family of priors that is made for counting. A Beta density has two numbers above 0:
#
# $$p(q \mid a, b) \propto q^{a-1}(1-q)^{b-1}.$$
#
# Read them as candies: $a$ blue ones and $b$ others that you have in mind, though you have not seen any. Their ratio says *where* you believe the
# share to be, mean $a/(a+b)$, and their sum *how firmly*. Beta(1, 1) is flat.

# %% [markdown]
# ### Exercise 04.3
# You believe in a share of about 0.2 (the mean), as firmly as if you had counted 10 candies in all. Which Beta is that? Give `[a, b]`.

# %%
# exercise 04.3
# blank: in_mind
### BEGIN SOLUTION
in_mind = [0.2 * 10, 0.8 * 10]
### END SOLUTION
in_mind

# %%
course.check("04.3", in_mind)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Ten candies, a fifth of them blue.
#
# </details>

# %% [markdown]
# ### Exercise 04.4
# Where is the density of your Beta(2, 8) highest? (Its *mode*.)

# %%
# exercise 04.4
# blank: mode
### BEGIN SOLUTION
mode = (2 - 1) / (2 + 8 - 2)
### END SOLUTION
mode

# %%
course.check("04.4", mode)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Set the derivative of (a − 1) log q + (b − 1) log(1 − q) to zero.
#
# </details>

# %% [markdown]
# handful finds a Beta for what you can say of it: where its mode is and how many candies it is worth, or between which bounds the share lies with
# some probability.

# %%
by_mode = hf.Beta.from_mode(0.2, worth=10)
by_quartiles = hf.Beta.from_interval(0.15, 0.3, mass=0.5)  # as likely inside as outside: your quartiles
print(f"{by_mode}   Beta({by_quartiles.a:.2f}, {by_quartiles.b:.2f})")

# %% [markdown]
# `worth` counts the candies that come on top of the flat Beta(1, 1), which has one of each in mind already. So a mode of 0.2 worth ten is Beta(3, 9), and not the
# Beta(2, 8) of exercise 04.3, whose ten are all that it has. And a mean is not a mode: 2/10 against 1/8 for Beta(2, 8).
#
# What others have found out may go in, too. In lesson 3 there were two published recipes, with 0.25 and 0.207 of blue. Somebody who has read them, and thinks it as
# likely as not that the share lies between the two, believes in this:

# %%
recipes = hf.read_recipes("data:mms-recipes-2017")
published = sorted(
    float(row[list(recipes.categories).index("blue")]) for row in recipes.over(recipes.categories)
)
fitted = hf.Beta.from_interval(*published, mass=0.5)
well_read = hf.Beta(round(fitted.a), round(fitted.b))
print(f"{well_read}: as firm as if {well_read.a + well_read.b:.0f} candies had been counted")

# %% [markdown]
# ## Several people
#
# Draw them side by side. Who of them would be surprised by a share of 0.4?

# %%
people = {
    "knows nothing": hf.Beta(1, 1),
    "thinks of six colours": hf.Beta(1, 5),
    "has counted before": hf.Beta(2, 8),
    "at least a half": hf.Density.uniform(0.5, 1.0).tabulated(),
    "has read the recipes": well_read,
    "a bell at 0.2": hf.Density.normal(0.2, 0.1).tabulated(),
    "all or nothing": hf.Beta(0.5, 0.5),
}
course.show(hf.plot_priors(people, category="blue"))

# %% [markdown]
# ## Your own, sealed
#
# Now it is your turn. Choose a Beta that says what *you* think, draw it, and seal it. Once you have opened the bag (`course.reveal`), a prior that is changed is
# a second version, and a flag says that it was changed after the data: you may still look at what it would do, as lesson 5 does, but no longer call it
# your prior.

# %%
prior = hf.Beta(2, 8)  # yours
course.show(hf.plot_priors({"mine": prior}, category="blue"))

# %%
course.seal("prior", prior)

# %%
course.reveal("bag")

# %% [markdown]
# In the next lesson this bag is opened: 12 of 55 were blue.

# %% [markdown]
# ## To discuss
# 1. Draw the priors of the whole class over one another. What would a prior be that all of you could live with?
# 2. Is Beta(1, 1) "no opinion"? It expects a half. Can you say that of each of six colours? And is it flat for $q^2$, too?
# 3. Somebody has read the published figure of 0.207. May that go into a prior? And twice, if two web pages say it?
# 4. Is there anything that you would give the probability 0?

# %% [markdown] tags=["instructor"]
# **For the teacher.** (1) The mean of all curves is a prior itself; lesson 6 shows how little is left of the differences after thirty bags. (2) No: six
# shares that are each expected to be 1/2 would sum to 3; and flat in q is not flat in q² (the objection is Boole's and Fisher's). (3) Yes, if it is not the same data again: what was known before may go
# in, once; two pages that copy one source are one. (4) Cromwell's rule, lesson 3.

# %% [markdown]
# ## References
# - Anthony O'Hagan et al. (2006), *Uncertain Judgements: Eliciting Experts' Probabilities*, Wiley.
# - The recipes of 2017: see the source that `handful datasets` names.
# - Sandy Zabell (1989), R. A. Fisher on the history of inverse probability, *Statistical Science* 4:247: flat in what?

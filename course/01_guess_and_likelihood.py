# %% [markdown]
# # 1. A guess, a draw of ten, and all that could have happened
#
# **The question.** A bag of chocolate candies stands on the table, closed. What share of them is blue?
#
# Say a number before you open it. A guess that is made afterwards is worth nothing: nobody can tell, not even
# yourself, how much of it you have seen. So it is *sealed* here: it gets a receipt with the time, and a guess that is
# changed later is marked as a second version.

# %%
import matplotlib
import numpy as np

import handful as hf
from handful import course

print(course.start("teal-otter"))

# %%
guess = 0.20  # your own number, between 0 and 1
course.seal("guess", guess)

# %% [markdown]
# ## Ten candies
#
# Now open the bag, close your eyes and draw ten. Say that three are blue. Is that much? Had the share of blue been 0.2,
# we would have *expected* two. But three is no surprise, and four might not be one. To say how much of a surprise an
# outcome is, we need the probability of every outcome that there could have been: 0 blues, 1 blue, ... up to and including 10.
#
# Take it apart. With share $q$ of blue, one candy is blue with probability $q$ and not blue with probability $1-q$. Three
# blues and then seven others have probability $q^3(1-q)^7$. But the three blues may come at any three of the ten places,
# and every such order has the same probability.

# %% [markdown]
# ### Exercise 01.1
# In how many ways can three of ten places be chosen for the blues?

# %%
# exercise 01.1
# blank: orders
### BEGIN SOLUTION
from math import comb

orders = comb(10, 3)
### END SOLUTION
orders

# %%
course.check("01.1", orders)

# %% [markdown]
# <details><summary>Hint</summary>
#
# The first blue has 10 places to go to, the second 9, the third 8. But then each set of three places was counted once for
# every order in which the three could have taken them. Python has it ready: <code>math.comb</code>.
#
# </details>

# %% [markdown]
# ### Exercise 01.2
# Write the function `binomial(n, k, q)`: the probability of $k$ blues in $n$ draws when the share of blue is $q$. It is called the *binomial*
# distribution, and its outcomes are $k = 0, 1, \dots, n$:
#
# $$p(k \mid n, q) = \binom{n}{k}\, q^k (1-q)^{n-k}.$$
#
# In Python a power is written `**`; `^` is something else altogether (try `2 ^ 3`).


# %%
# exercise 01.2
# blank: binomial
### BEGIN SOLUTION
def binomial(n, k, q):
    return comb(n, k) * q**k * (1 - q) ** (n - k)


### END SOLUTION

# %%
course.check("01.2", binomial)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Three factors: in how many orders, the probability of the blues, the probability of all the others. Try
# <code>binomial(10, 3, 0.2)</code>: about 0.201. A function with <code>^</code> in it fails with a TypeError for such a q.
#
# </details>

# %% [markdown]
# ### Exercise 01.3
# One number is not enough. Write the function `all_outcomes(n, q)`: the probabilities of *all* outcomes of $n$ draws, as a list. Mind both ends.


# %%
# exercise 01.3
# blank: all_outcomes
### BEGIN SOLUTION
def all_outcomes(n, q):
    return [binomial(n, k, q) for k in range(n + 1)]


### END SOLUTION

# %%
course.check("01.3", all_outcomes)

# %% [markdown]
# <details><summary>Hint</summary>
#
# <code>range(n)</code> goes from 0 to n − 1. Ten draws have eleven outcomes. If you have them all, they sum to 1.
#
# </details>

# %%
if course.done(all_outcomes):
    print("The sum of all outcomes:", round(sum(all_outcomes(10, 0.2)), 12))
else:
    print("waits for exercise 01.3")

# %% [markdown]
# handful draws the same for you. Look at the outcome 3, and at how likely its neighbours are.

# %%
course.show(hf.plot_binomial(10, 0.2))

# %% [markdown]
# ### Exercise 01.4
# With $q = 0.2$: how probable is it to draw *at least one* blue among ten?

# %%
# exercise 01.4
# blank: one_or_more
### BEGIN SOLUTION
one_or_more = 1 - binomial(10, 0, 0.2)
### END SOLUTION
one_or_more

# %%
course.check("01.4", one_or_more)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Ten terms can be added; but what is the only outcome that is *not* meant?
#
# </details>

# %% [markdown]
# ## From this bag, or from the factory?
#
# We have cheated a little. A candy that was drawn is not put back, so that the next one comes out of a bag with one
# candy less. For *this* bag, with 55 candies of which 11 are blue, the number of blues in ten is therefore not binomial but
# *hypergeometric*: it varies less, since the bag runs out of blues.
#
# But do you know that 11 are blue? The bag itself was filled from a very large mix, in which a share $q$ is blue. For what you
# can know of $q$, the ten candies are ten draws from that mix: *binomial, given the factory*. Both are true, and
# a simulation shows how they hang together.

# %%
rng = np.random.default_rng(1)
blues_in_bag = rng.binomial(55, 0.2, size=200_000)  # bags as the factory fills them
of_any_bag = rng.hypergeometric(blues_in_bag, 55 - blues_in_bag, 10)  # ten from each, not put back
of_one_bag = rng.hypergeometric(11, 44, 10, size=200_000)  # ten from this very bag, again and again

axes = matplotlib.figure.Figure(figsize=(6.4, 3.6), layout="constrained").add_subplot()
places = np.arange(11)
for values, shift, colour, hatch, label in (
    (of_any_bag, -0.2, "#a9bcd0", "", "from any bag of the factory"),
    (of_one_bag, 0.2, "#ffffff", "///", "from one bag with 11 of 55"),
):
    share = np.bincount(values, minlength=11) / values.size
    axes.bar(places + shift, share, 0.4, color=colour, edgecolor="#1a1a1a", hatch=hatch, label=label)
exact = hf.Multinomial(10, [0.2, 0.8])  # with two colours, blue and not blue, it is the binomial
axes.plot(places, np.exp([exact.log_prob([k, 10 - k]) for k in places]), "kD", markersize=4, label="binomial")
axes.set_xlabel("blue among ten")
axes.set_ylabel("probability")
axes.set_xticks(places)
axes.legend(frameon=False)
course.show(
    axes,
    alt="Bars of the probability of 0 to 10 blues among ten. Ten from any bag of the factory follow the binomial "
    "diamonds; ten from one bag with 11 of 55 blue are bunched more closely around 2.",
)

# %% [markdown]
# The grey bars, any bag of the factory, stand exactly where the binomial says. The white ones, this one bag, are bunched
# more closely. Which of the two you need depends on the question: *what is in the rest of this bag* (lesson 6), or *what does the
# factory mix* (nearly everything else).

# %% [markdown]
# ## The likelihood
#
# So far $q$ was given and $k$ was open. In the laboratory it is the other way round: $k = 3$ lies on the table, and $q$ is unknown. Put
# the 3 in, and let $q$ vary: that function is the **likelihood** of $q$. It answers: how well would each share have
# foretold what I saw?

# %%
course.show(hf.plot_likelihood(3, 10))

# %% [markdown]
# It is highest at 0.3, the share among the ten, and it is far from sure: 0.15 and 0.5 would have foretold three blues less
# well, but not badly. Is it a probability of $q$? No. That is the next lesson.

# %%
if course.done(binomial):
    ratio = binomial(10, 3, 0.3) / binomial(10, 3, guess)
    print(f"A share of 0.3 foretells three blues {ratio:.2f} times as well as your guess of {guess}.")
else:
    print("waits for exercise 01.2")

# %% [markdown]
# ## Real bags
#
# In 2019 Daniela Huppenkothen counted three bags of M&M's by colour and wrote down the codes on their backs. `data:mms-2019` ships with
# handful, with its source. How do ten candies of yours compare with whole bags?

# %%
bags = hf.read_counts("data:mms-2019")
course.show(hf.plot_bags(bags))

# %% [markdown]
# ## To discuss
# 1. Two of you draw ten each, one finds 1 blue, the other 4. Is one bag different from the other?
# 2. Would you rather draw ten candies from one bag, or one candy from each of ten bags? Does it matter for $q$?
# 3. Somebody draws until the third blue appears, and needs ten draws. Is the likelihood of $q$ another one than yours?
# 4. Why should a guess be sealed before the bag is opened?

# %% [markdown] tags=["instructor"]
# **For the teacher.** (1) With q = 0.2 outcomes 1 and 4 have probabilities 0.27 and 0.09: nothing to see. (2) For the factory's
# mix ten bags are no better than one if all bags are filled from one mix; if bags have recipes of their own (lesson 9), ten bags
# tell much more. (3) The probability is $\binom{9}{2} q^3 (1-q)^7$: another constant, the same function of q; the likelihood principle.
# (4) Because everybody overestimates afterwards what they knew before (hindsight bias, Fischhoff 1975).

# %% [markdown]
# ## References
# - Jakob Bernoulli (1713), *Ars Conjectandi*, part one: the binomial distribution.
# - Ronald A. Fisher (1922), On the mathematical foundations of theoretical statistics, *Philosophical Transactions A* 222:309: likelihood.
# - Baruch Fischhoff (1975), Hindsight is not equal to foresight, *Journal of Experimental Psychology: Human Perception and Performance* 1:288.

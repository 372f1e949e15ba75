# %% [markdown]
# # 3. Joint, marginal, conditional: Bayes' rule
#
# **The question.** It is cloudy this morning. Will it rain? And what has that to do with a blue candy and two factories?

# %%
import handful as hf
from handful import course

print(course.start("teal-otter"))

# %% [markdown]
# ## A table of everything
#
# Somebody kept a diary of many days. On a tenth of them it was cloudy in the morning and it rained; on another tenth it rained out of a
# clear sky; four tenths were cloudy and dry, four tenths clear and dry. (An invented place; the numbers are easy on purpose.)

# %%
weather = hf.JointTable(
    [[0.1, 0.1], [0.4, 0.4]], rows=("day", ["rain", "dry"]), columns=("sky", ["cloudy", "clear"])
)
weather

# %% [markdown]
# The four cells are *joint* probabilities: this **and** that. They sum to 1, since every day is in one of them. At the edges stand their sums, the
# *marginal* probabilities: this, whatever that.

# %% [markdown]
# ### Exercise 03.1
# Give the marginal probabilities of rain and of a dry day, in this order.

# %%
# exercise 03.1
# blank: margin
### BEGIN SOLUTION
margin = [0.1 + 0.1, 0.4 + 0.4]
### END SOLUTION
margin

# %%
course.check("03.1", margin)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Add up each row. The table shows it at its right edge, too.
#
# </details>

# %% [markdown]
# ## Given
#
# A *conditional* probability asks of some days only. Of all **cloudy** days, how many bring rain? The clear ones do not matter any more;
# among the cloudy ones, a half of all days, there is the tenth with rain:
#
# $$p(\text{rain} \mid \text{cloudy}) = \frac{p(\text{rain and cloudy})}{p(\text{cloudy})}.$$

# %% [markdown]
# ### Exercise 03.2
# How probable is rain on a cloudy day?

# %%
# exercise 03.2
# blank: rain_if_cloudy
### BEGIN SOLUTION
rain_if_cloudy = 0.1 / (0.1 + 0.4)
### END SOLUTION
rain_if_cloudy

# %%
course.check("03.2", rain_if_cloudy)

# %% [markdown]
# <details><summary>Hint</summary>
#
# Divide the cell by the sum of its column.
#
# </details>

# %% [markdown]
# In this place clouds mean nothing: it rains on a fifth of all days, and on a fifth of the cloudy ones. Sky and rain are *independent* here. And
# $p(\text{cloudy} \mid \text{rain})$ is something else altogether: one half. Which one stands behind the bar matters.
#
# ## Bayes' rule
#
# The same cell can be reached from both sides: $p(\text{rain and cloudy}) = p(\text{rain})\,p(\text{cloudy} \mid \text{rain})
# = p(\text{cloudy})\,p(\text{rain} \mid \text{cloudy})$. Hence
#
# $$p(\text{rain} \mid \text{cloudy}) = \frac{p(\text{rain})\; p(\text{cloudy} \mid \text{rain})}{p(\text{cloudy})}.$$
#
# Prior times likelihood, divided by the evidence: that is all of Bayes' rule, and all of this course. handful shows the steps:

# %%
weather.bayes("rain", given="cloudy")

# %% [markdown]
# ### Exercise 03.3
# Write it for any sign, as the function `after_the_sign(prior, hit, false_alarm)`: `prior` is the probability of "yes" before, `hit` that of the sign if
# yes, `false_alarm` that of the sign if no. It gives the probability of yes after the sign was seen.


# %%
# exercise 03.3
# blank: after_the_sign
### BEGIN SOLUTION
def after_the_sign(prior, hit, false_alarm):
    yes, no = prior * hit, (1 - prior) * false_alarm
    return yes / (yes + no)


### END SOLUTION

# %%
course.check("03.3", after_the_sign)

# %% [markdown]
# <details><summary>Hint</summary>
#
# The sign comes in two ways: with yes, and without. Make a table of the two cells; then divide one by both.
#
# </details>

# %%
if course.done(after_the_sign):
    print(
        f"A disease of 1 in 100, found in 90 % and by mistake in 5 %: {after_the_sign(0.01, 0.9, 0.05):.2f} after a positive test."
    )
else:
    print("waits for exercise 03.3")

# %% [markdown]
# ## A blue candy
#
# Plain M&M's come from two factories in the United States, and figures that were published in 2017 say that these mix different recipes: in
# Hackettstown, New Jersey, a share of 0.25 is blue, in Cleveland, Tennessee, 0.207
# (`data:mms-recipes-2017` has its source). You draw one candy from a bag of unknown origin, and it is blue. Suppose that either factory was as
# likely before.

# %%
recipes = hf.read_recipes("data:mms-recipes-2017")
print("      ", "  ".join(f"{colour:>6}" for colour in recipes.categories))
for name, row in zip(recipes.components, recipes.over(recipes.categories), strict=True):
    print(f"{name:6}", "  ".join(f"{share:6.3f}" for share in row))

# %% [markdown]
# ### Exercise 03.4
# How probable is New Jersey now?

# %%
# exercise 03.4
# blank: new_jersey
### BEGIN SOLUTION
new_jersey = 0.5 * 0.25 / (0.5 * 0.25 + 0.5 * 0.207)
### END SOLUTION
new_jersey

# %%
course.check("03.4", new_jersey)

# %% [markdown]
# <details><summary>Hint</summary>
#
# It is exercise 03.3 with other words: the prior is 0.5, the sign is a blue candy.
#
# </details>

# %% [markdown]
# One candy says next to nothing. A bag of 55 says more, and lesson 10 will ask how much more. Draw it as a table, too: what was a half before is
# a little more than a half now.

# %%
factories = hf.JointTable(
    [[0.5 * 0.25, 0.5 * 0.75], [0.5 * 0.207, 0.5 * 0.793]],
    rows=("factory", ["New Jersey", "Tennessee"]),
    columns=("candy", ["blue", "another"]),
)
factories.bayes("New Jersey", given="blue")

# %%
course.show(hf.plot_bags(hf.read_counts("data:mms-2019")))

# %% [markdown]
# A whole bag tells more than a candy. The codes on these three bags of 2019 say Cleveland, Tennessee. Lesson 10 asks what their colours say.

# %% [markdown]
# ## To discuss
# 1. In the diary clouds and rain are independent. Change one cell so that clouds foretell rain, and keep the sum 1.
# 2. The test for a rare disease above finds 90 of 100 who are ill and errs with 5 of 100 who are not, and a positive result still means "probably not".
#    How can you explain that to a patient, without a formula?
# 3. What becomes of the answer if you were sure of New Jersey before, with prior 1? Is that a good prior?

# %% [markdown] tags=["instructor"]
# **For the teacher.** (1) For instance 0.15, 0.05, 0.35, 0.45: p(rain | cloudy) = 0.3. (2) In natural frequencies: of 1000 people 10 are ill, 9 of them
# are found; of the 990 others 50 are alarmed; so 9 of 59 (Gigerenzer & Hoffrage 1995). (3) Nothing changes it any more: Cromwell's rule (Lindley).

# %% [markdown]
# ## References
# - Gerd Gigerenzer & Ulrich Hoffrage (1995), How to improve Bayesian reasoning without instruction: frequency formats, *Psychological Review* 102:684.
# - Dennis V. Lindley (1985), *Making Decisions*, second edition, Wiley: Cromwell's rule.
# - The recipes of 2017: see the source that `handful datasets` names.

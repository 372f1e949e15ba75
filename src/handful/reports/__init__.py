"""One offline HTML file from fits: the question, the data, the models, the answers, and how far to trust them."""

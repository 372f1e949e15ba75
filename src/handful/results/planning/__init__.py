"""How many bags of what size answer a question: exactly where outcomes can be summed over, else by made-up bags."""

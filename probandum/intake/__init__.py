"""What people hand in: contexts, answers and rows in the forms that other tools give them."""

"""Values in English text in one normal form: amounts, shares, money, durations, dates, times; how they compare."""

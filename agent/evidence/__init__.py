"""What a claim is tested against: what to search for, quotes found again, how far sources carry a verdict."""

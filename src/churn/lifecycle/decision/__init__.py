"""What to do about what monitoring read: a ladder from nothing to a retraining, priced in the campaign's money."""

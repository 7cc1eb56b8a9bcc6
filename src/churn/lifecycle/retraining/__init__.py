"""From the ledger to a challenger: export, choose which past to learn from, train in a clone, hand over a branch."""

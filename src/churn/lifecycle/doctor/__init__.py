"""What ails an installation: each known fault is named, with its cure. Looks at everything and changes nothing."""

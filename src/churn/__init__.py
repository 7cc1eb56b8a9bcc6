"""Customer churn, from the raw table to a registered champion."""

"""The HTTP service over the champion."""

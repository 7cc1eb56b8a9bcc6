"""Files scored in a process of their own, so that no file can slow, swell or end a worker."""

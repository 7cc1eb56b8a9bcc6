"""A seeded demo: weeks of a made-up market played through a running API, in a folder of its own."""

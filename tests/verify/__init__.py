"""What ships, really run: each check exercises artefacts and says what it did, and what could not be done here."""

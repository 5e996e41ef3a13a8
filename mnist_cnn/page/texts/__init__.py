"""Every sentence that the learner reads, one catalogue per room, ready for translation."""

"""What a person types, a module for each subject; heavy parts are imported when a command runs."""

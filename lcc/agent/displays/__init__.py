"""Where the app's user is shown a notice, a module each."""

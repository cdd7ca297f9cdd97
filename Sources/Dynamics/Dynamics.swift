// The module's main types follow.

"""The chat page without its framework: what it shows as HTML, what it asks of the service, how it is served."""

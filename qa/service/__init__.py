"""The faces of the asking river: HTTP, the chat page, the widget."""

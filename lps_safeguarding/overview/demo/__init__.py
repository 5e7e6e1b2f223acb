"""The fictional school of the demonstration: nobody in it lives, and every entry is made by the app's own operations."""

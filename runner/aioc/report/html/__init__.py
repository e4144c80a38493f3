"""The HTML report: views of what a report holds, and the templates that show them."""

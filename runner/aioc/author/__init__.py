"""Writing cases: a skeleton, a case from a curl command or a journal, what each check sees, a case in words."""

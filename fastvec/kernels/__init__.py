"""Everything compiled: loops over arrays and numbers, nothing else.

A kernel changes the arrays that it is given and returns numbers. It knows no
file, no setting by name and no error. It may see nothing outside this folder,
because the content of this folder is the key of its compiled form on disk.
"""

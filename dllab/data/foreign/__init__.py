"""HDF5 files from elsewhere, read in a process of their own.

The HDF5 library is written in C, reads what a file tells it to, and crashes or hangs on some files
that were made to hurt it, or merely torn. So a file that does not carry our checksum is opened in
a child process: it may not take more memory and time than the file's size explains, opens no second
file, and writes none. What it says comes back as JSON and plain bytes. Whatever happens in it, the
answer here is the file's content or a `DataError` in words.

`limits` has the numbers, `wire` the language, `serve` is the child's side, `fork_server` and
`start` bring it to life, `remote` asks it.
"""

"""What desk screens page through and search: frozen rows, each page and each search by way of an index."""

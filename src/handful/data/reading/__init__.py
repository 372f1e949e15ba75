"""How a table of counts is read: text to cells, cells to columns, columns to roles, roles to counts."""

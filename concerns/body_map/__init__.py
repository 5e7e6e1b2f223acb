"""Where on the body an injury was seen (CON-08): a drawing of our own with named regions, and marks placed on it. Pure.

`drawing.py` is the drawing as data, version by version; `words.py` the words a mark is described with; `marks.py` one
mark, checked; `pictures.py` draws; `charts.py` puts marks, picture and numbered key together for a page or a document.

The list is the record and the drawing only a way to fill it in: a region has a few named *spots*, a click takes the
nearest one, and the list offers the same. So that a mouse, a finger, the keyboard and the plain form make the same
record, byte for byte.
"""

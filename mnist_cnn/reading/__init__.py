"""How a picture is read: image file → brightness → ink → digit → answer, or a reason for none.

images.py opens the file, trim.py cuts off its rims, ink.py finds the ink of drawings and
ink_finder.py that of all else, strokes.py the digit in it, normalise.py gives it MNIST's geometry;
pipelines.py is the table of all these transforms. predict.py lets the networks answer, detector.py
refuses what is no digit, passport.py tells how a picture differs from MNIST. page.py reads many
digits of one picture: segmentation.py tells them apart, printed_sheet.py knows a sheet to print.
Imports dataset, networks and arguments. Start with pipelines.py, then predict.py.
"""

"""What the room About says."""

TAB = "About"
QUESTION = "Where does this come from?"
CREDITS = """
The lesson is Fraida Fund's *Convolutional neural networks*. Its example of a Sobel filter is by
[Victor Zhou](https://victorzhou.com/blog/intro-to-cnns-part-1/); its networks follow demos by
[Sundeep Rangan](https://github.com/sdrangan/introml/blob/master/unit09_neural/demo2_mnist_neural.ipynb)
and [Daniel Moser](https://github.com/AviatorMoser/keras-mnist-tutorial); dropout is by
[Srivastava et al., 2014](http://jmlr.org/papers/volume15/srivastava14a/srivastava14a.pdf); the
digits are LeCun, Cortes and Burges's MNIST.
"""
API = "The same answers for your own program"
API_CODE = """from gradio_client import Client, handle_file

client = Client("http://127.0.0.1:7860")  # or the name of the Space
client.predict(handle_file("my_digit.png"), api_name="/classify")
client.predict(handle_file("my_digit.png"), api_name="/compare")
"""
WEIGHTS = "Which weights answer"
OTHER_GUARD = "Their own guard is of an older kind: the shipped one refuses what is no digit."
WEIGHTS_ROW = "{name} {sha256} torch {torch}, seed {seed}, recipe {recipe}"

"""Parts of the page that have a script of their own or mend Gradio's manners."""

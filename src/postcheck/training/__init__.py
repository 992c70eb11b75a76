"""Training: the corpus and what is learnt from it; postcheck itself never imports this."""

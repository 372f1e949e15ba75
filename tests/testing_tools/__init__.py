"""What tests of random programs need: seeds, gates, checked shapes, absent packages. Tested themselves."""

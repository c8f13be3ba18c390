# The simulator's panel, with the runtime as it is.
#
#   tests/sim/run.sh BUILD
exec "$1/tests/sim"

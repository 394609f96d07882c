# Sourced after common.sh by tests that run modules: starts a user-space kernel of its own, which ends with the test.
export KMODERN_KERNEL=user:sdk-test-$$
"$KMODERN" kernel start "sdk-test-$$"
trap '"$KMODERN" kernel stop "sdk-test-$$" || true; rm -rf "$work"' EXIT

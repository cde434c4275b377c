#pragma once

// Called by Swift's standard library alone.
char **_swift_stdlib_getUnsafeArgvArgc(int *length);
void _swift_stdlib_overrideUnsafeArgvArgc(char **argv, int argc);

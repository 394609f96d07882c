// src/precompiled.h for tests.
#pragma once

#include <gtest/gtest.h>

#include "precompiled.h"

#include "CHTTP3.h"

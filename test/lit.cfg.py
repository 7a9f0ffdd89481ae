# Configuration of lse's regression tests; lit.site.cfg.py.in holds the paths.

import os

import lit.formats

config.name = "LSE"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["CMakeLists.txt", "Inputs", "unittests", "lit.cfg.py"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.lse_binary_root, "test")

config.environment["PATH"] = os.path.pathsep.join(
    [
        os.path.join(config.lse_binary_root, "bin"),
        config.llvm_tools_dir,
        config.environment.get("PATH", os.environ["PATH"]),
    ]
)
# A test decides itself how many threads its kernels use.
config.environment.pop("LSE_NUM_THREADS", None)

# A stock mlir-opt does not load what needs a sanitizer's runtime.
if config.sanitized:
    config.available_features.add("sanitized")
    # LLVM's libraries are not instrumented: memory that our code marks through
    # LLVM's headers is handed out by them without being unmarked.
    config.environment["ASAN_OPTIONS"] = "detect_leaks=0:allow_user_poisoning=0"
    # Undefined behaviour is a failure and not a line among others.
    config.environment["UBSAN_OPTIONS"] = "halt_on_error=1:print_stacktrace=1"

config.substitutions += [
    ("%lse_src_root", config.lse_source_root),
    ("%lse_lib", os.path.join(config.lse_binary_root, "lib")),
    ("%lse_plugins", os.path.join(config.lse_binary_root, "lib")),
    ("%shlibext", ".so"),
    ("%cc", config.host_cc),
    ("%python", config.python),
]

# LSE_OPT_ROUNDTRIP=1 runs every test of lse-opt through a print, bytecode and
# parse round trip first: the whole suite as a test of the syntax.
if os.environ.get("LSE_OPT_ROUNDTRIP"):
    config.substitutions.append(("lse-opt", "lse-opt --verify-roundtrip"))

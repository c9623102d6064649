#!/usr/bin/python3
"""Asks `nm` what base, wire and core leave to others, and reports what the sans-IO core may not use.

    check_symbols.py LIBRARY.a…           fails on a clock, socket, thread, lock, file or OpenSSL symbol
    check_symbols.py --self-test CXX      compiles one breach after another and fails unless each is found
"""
import pathlib
import re
import subprocess
import sys
import tempfile

# C names: whole symbols, with glibc's fortified (__read_chk) and 64-bit spellings.
C_NAMES = """
    time gettimeofday clock clock_gettime clock_getres clock_nanosleep nanosleep usleep sleep
    timer_\\w+ timerfd_\\w+ timespec_get localtime(_r)? gmtime(_r)?
    socket socketpair bind listen accept4? connect shutdown send recv sendto recvfrom sendm?msg recvm?msg
    sendmmsg recvmmsg [gs]etsockopt getsockname getpeername getaddrinfo freeaddrinfo gethostby\\w+
    select poll ppoll epoll_\\w+ eventfd ioctl fcntl pipe2?
    open openat creat read write pread pwrite readv writev close fopen fdopen fread fwrite fclose
    fputs puts printf fprintf vfprintf std(in|out|err) mmap unlink rename stat
    pthread_\\w+ thrd_\\w+ mtx_\\w+ sem_\\w+ fork vfork execv\\w* clone syscall sched_yield signal sigaction kill
    getrandom getentropy rand srand random srandom [a-z]rand48 arc4random\\w*
    getenv secure_getenv setenv system dlopen
    (SSL|TLS|DTLS|EVP|BIO|BN|X509|X509V3|CRYPTO|OPENSSL|ERR|RAND|PEM|RSA|DSA|DH|EC|ECDSA|ECDH)_\\w+
    (ASN1|PKCS\\d+|CMS|OCSP|OSSL|HMAC|SHA\\d*|MD5|AES|ENGINE|CONF|OBJ)_\\w+ [di]2[di]_\\w+ sk_\\w+
""".split()
CPP_PREFIXES = """
    std::chrono::_V2::\\w+::now std::chrono::\\w+::now
    std::thread std::jthread std::this_thread std::mutex std::condition_variable std::__condvar
    std::future std::promise std::__future_base std::random_device std::__throw_system_error
    std::c(out|err|in|log)\\b std::ios_base::Init std::basic_[io]?fstream std::basic_filebuf std::filesystem
    boost::asio boost::system spdlog:: CLI:: toml::
""".split()
DENIED = re.compile(f"(__)?({'|'.join(C_NAMES)})(64)?(_chk)?$|({'|'.join(CPP_PREFIXES)})")


def denied_symbols(library):
    """The denied symbols that `library` refers to, as {symbol: [object file…]}."""
    listing = subprocess.run(["nm", "-uC", library], check=True, capture_output=True, text=True).stdout
    found, member = {}, library
    for line in listing.splitlines():
        if line.endswith(":"):
            member = line[:-1]
        # Weak references (w) are libstdc++'s own and are satisfied by nothing.
        elif (match := re.match(r"\s+U (.*)", line)) and DENIED.match(match[1]):
            found.setdefault(match[1], []).append(member)
    return found


BREACHES = {
    "clock": "#include <chrono>\nauto f() { return std::chrono::steady_clock::now(); }",
    "wall clock": "#include <ctime>\nlong f() { return std::time(nullptr); }",
    "socket": "#include <sys/socket.h>\nint f() { return socket(AF_INET, SOCK_DGRAM, 0); }",
    "send": "#include <sys/socket.h>\nlong f(int s) { return sendto(s, \"\", 0, 0, nullptr, 0); }",
    "read": "#include <unistd.h>\nlong f(int s, char* b, unsigned long n) { return read(s, b, n); }",
    "thread": "#include <thread>\nvoid f() { std::thread([] {}).join(); }",
    "lock": "#include <mutex>\nstd::mutex m;\nvoid f() { std::lock_guard l(m); }",
    "chance": "#include <random>\nunsigned f() { return std::random_device{}(); }",
    "environment": "#include <cstdlib>\nchar* f() { return std::getenv(\"HOME\"); }",
    "console": "#include <iostream>\nvoid f() { std::cout << 1; }",
    "bignum": "extern \"C\" void* BN_new();\nvoid* f() { return BN_new(); }",
    "DER": "extern \"C\" void* d2i_X509(void*, const void*, long);\nvoid* f() { return d2i_X509(0, 0, 0); }",
    "OpenSSL": "extern \"C\" int SSL_read(void*, void*, int);\nint f(void* s) { return SSL_read(s, nullptr, 0); }",
}
LAWFUL = """
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>
// Names that only resemble denied ones.
struct Session { void send(int); void close(); static int time(); };
int SSLish(int);
auto f(std::chrono::steady_clock::time_point t, std::map<std::string, int>& m, Session& s) {
  s.send(Session::time()); s.close(); m["x"] = SSLish(1);
  auto p = std::make_shared<std::vector<int>>(3);
  std::variant<int, std::string> v = std::string(100, 'x');
  return std::make_pair(t + std::chrono::seconds(std::get<std::string>(v).size()), p);
}
"""


def self_test(compiler):
    good = True
    with tempfile.TemporaryDirectory() as folder:
        source, object_file, library = (str(pathlib.Path(folder, name)) for name in ("x.cpp", "x.o", "libx.a"))
        for name, text in {**BREACHES, "lawful": LAWFUL}.items():
            pathlib.Path(source).write_text(text)
            for level in ("-O0", "-O2"):
                subprocess.run([compiler, "-std=c++20", level, "-c", source, "-o", object_file], check=True)
                pathlib.Path(library).unlink(missing_ok=True)
                subprocess.run(["ar", "rc", library, object_file], check=True)
                found = denied_symbols(library)
                as_expected = bool(found) == (name in BREACHES)
                good &= as_expected
                print(f"{'ok' if as_expected else 'WRONG':6}{name} {level}: {', '.join(found) or 'nothing'}")
    return good


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "--self-test":
        return 0 if self_test(arguments[1]) else 1
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    breached = False
    for library in arguments:
        found = denied_symbols(library)
        breached |= bool(found)
        print(f"{library}: {len(found)} denied symbols")
        for symbol, members in sorted(found.items()):
            print(f"  {symbol}  in {', '.join(sorted(set(members)))}")
    return 1 if breached else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

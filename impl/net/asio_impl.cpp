// Boost.Asio's function bodies, compiled once for the whole program (the `asio` target
// sets BOOST_ASIO_SEPARATE_COMPILATION everywhere else). Holds nothing of ours.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>

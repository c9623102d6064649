// The program `fullcone`.
#include "app/commands.hpp"

int main(int argc, char** argv) { return fullcone::run_command(argc, argv, FULLCONE_VERSION); }
